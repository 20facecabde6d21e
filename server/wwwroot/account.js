// Coming to one's account from a discussion. The one-time code is in the address's fragment, which browsers keep to
// themselves: it goes into the form, and out of the address before anybody copies that.
'use strict';

const enter = document.querySelector('[data-enter]');
const code = location.hash.slice(1);
history.replaceState(null, '', location.pathname + location.search);
if (code) {
  enter.elements.code.value = code;
  enter.hidden = false;
  document.querySelector('[data-no-code]').hidden = true;
}

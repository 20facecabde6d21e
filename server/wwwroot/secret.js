// A secret that came in the address's fragment, which browsers keep to themselves: it goes into the form, out of the address before
// anybody copies that, and to the server in the body of a request, which no log has.
'use strict';

const form = document.querySelector('[data-secret]');
const secret = location.hash.slice(1);
history.replaceState(null, '', location.pathname + location.search);
if (form && secret) {
  form.elements[form.dataset.secret].value = secret;
  form.requestSubmit();
}

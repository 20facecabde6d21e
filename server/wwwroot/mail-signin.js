// Signing in by mail. The secret of a mail's link is in the address's fragment, which browsers keep to themselves: it goes
// into the form, and out of the address before anybody copies that.
'use strict';

const link = document.querySelector('[data-link]');
if (link) {
  const secret = location.hash.slice(1);
  history.replaceState(null, '', location.pathname + location.search);
  if (secret) {
    link.elements.secret.value = secret;
    link.hidden = false;
    document.querySelector('[data-no-link]').hidden = true;
  }
}

// Windows of this browser: the one that shows that a link was opened tells the one that waits, which asks the server anew.
const windows = new BroadcastChannel('embed-mail');
if (document.querySelector('[data-waits-for-link]')) windows.onmessage = () => location.replace(location.href);
if (document.querySelector('[data-link-opened]')) windows.postMessage('opened');

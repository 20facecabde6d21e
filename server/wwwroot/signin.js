// The popup's last step: hands the one-time code to the page that opened it, and to no other.
// The code is in the page, not in its address: addresses end up in histories and logs.
'use strict';

const handover = document.querySelector('[data-code]');
if (handover && window.opener) {
  // The exact origin: if the opener has gone elsewhere in the meantime the browser drops the message.
  window.opener.postMessage({ type: 'embed-signin', code: handover.dataset.code }, handover.dataset.origin);
  handover.querySelector('[data-sent]').hidden = false;
  handover.querySelector('[data-unsent]').hidden = true;
  window.close();
}

for (const button of document.querySelectorAll('[data-close]')) {
  // Only a window that a script opened can be closed by one.
  button.hidden = !window.opener;
  button.addEventListener('click', () => window.close());
}

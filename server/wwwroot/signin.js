// The pages of the sign-in popup: tells the page that opened it, and no other, that they can reach each other, and in the end
// hands it the one-time code. The code is in the page, not in its address: addresses end up in histories and logs.
'use strict';

const opened = document.querySelector('[data-opener]');
// The exact origin: if the opener has gone elsewhere in the meantime the browser drops the message.
const tell = message => window.opener?.postMessage(message, opened.dataset.opener);
if (opened) {
  tell({ type: 'embed-signin-open' });
  // A provider may cut the tie (Cross-Origin-Opener-Policy); then a window that seems closed need not be.
  document.addEventListener('submit', () => tell({ type: 'embed-signin-away' }));
}

const handover = document.querySelector('[data-code]');
if (handover && window.opener) {
  tell({ type: 'embed-signin', code: handover.dataset.code });
  handover.querySelector('[data-sent]').hidden = false;
  handover.querySelector('[data-unsent]').hidden = true;
  window.close();
}

for (const button of document.querySelectorAll('[data-close]')) {
  // Only a window that a script opened can be closed by one.
  button.hidden = !window.opener;
  button.addEventListener('click', () => window.close());
}

// Part of embed-live.js.
// Signing in in this window, where no popup can be had: what is open here is kept in the tab's own storage while the browser
// goes to the sign-in and back. embed.js takes the code out of the address it comes back to.
const longestAddress = 1000;
const leftKey = ({ server }) => `embed:${server}:back`;

// What was kept is of no use to somebody who has come back another way, by the browser's own button.
function forgetLeft(element) {
  try { sessionStorage.removeItem(leftKey(element)); } catch { /* Then nothing was kept. */ }
}

// Our sign-in is never framed, and without storage the verifier would not be there any more.
function canLeave() {
  try {
    sessionStorage.setItem('embed:probe', '');
    sessionStorage.removeItem('embed:probe');
  } catch {
    return false;
  }
  return window === top && location.href.length <= longestAddress;
}

// Goes away to sign in. What is kept: the verifier, what was asked for, and what the reader sees.
async function leave(element, place, asked) {
  if (!canLeave()) return element.tell('signin-framed');
  endSignIn(element);
  const { box, meant, folded, draftPrefix, site } = element;
  const page = location.href.slice(0, location.href.length - location.hash.length);
  const { verifier, address } = await begin(element, { return: page });
  const forms = [...box.querySelectorAll('form[data-slot]')].map(form => [form.dataset.slot, form.querySelector('textarea').value]);
  const { expanded, around } = meant;
  const kept = { site, draftPrefix, verifier, asked, forms, expanded, around, folded: [...folded], hash: location.hash, at: place.kept, top: scrollY };
  try {
    sessionStorage.setItem(leftKey(element), JSON.stringify(kept));
  } catch {
    // More than fits.
    return element.tell('signin-framed');
  }
  // Also where the browser brings this very page back, as it was.
  addEventListener('pageshow', ({ persisted }) => persisted && forgetLeft(element));
  location.assign(address);
}

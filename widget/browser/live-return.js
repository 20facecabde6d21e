// Part of embed-live.js.
// Signing in in this window, where no popup can be had: what is open here is kept in the tab's own storage while the browser
// goes to the sign-in and back. embed.js takes the code out of the address it comes back to.
const longestAddress = 2000;

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
  const { box, meant, folded, draftPrefix, site, server } = element;
  const page = location.href.slice(0, location.href.length - location.hash.length);
  const { verifier, address } = await begin(element, { return: page });
  const forms = [...box.querySelectorAll('form[data-slot]')].map(form => [form.dataset.slot, form.querySelector('textarea').value]);
  const { expanded, around } = meant;
  sessionStorage.setItem(`embed:${server}:back`, JSON.stringify({
    site, draftPrefix, verifier, asked, forms, expanded, around, folded: [...folded], hash: location.hash, at: place.kept, top: scrollY,
  }));
  location.assign(address);
}

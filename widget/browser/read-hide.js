// Part of embed-read.js.
// People whose comments this reader does not want to see: their ids, for the site, on this device alone. What they wrote becomes one
// line; replies to it stay.
const mostHidden = 500;
const shownAgain = new WeakMap();

const hiddenKey = ({ tokenKey }) => tokenKey.replace(/token$/, 'hidden');
const hiddenOf = element => new Set(element.store.get(hiddenKey(element))?.split(' '));
const itemOf = mark => mark.closest('.comment, .pin');
const placeOf = item => item.matches('.pin') ? item : articleOf(item);

// Hides and shows as the list says; called for all that is drawn, in either rendering.
export function mute(element, root) {
  const people = hiddenOf(element);
  const now = new Map();
  for (const mark of people.size ? root.querySelectorAll('.pin[data-author], [data-act=hide]') : []) {
    const item = itemOf(mark);
    if (people.has(mark.dataset.author) && !shownAgain.get(element)?.has(item.id || 'pin')) now.set(item, mark.dataset.author);
  }
  for (const item of root.querySelectorAll('.muted')) if (!now.has(item)) item.classList.remove('muted');
  for (const line of root.querySelectorAll('.mute-line')) if (!now.has(itemOf(line))) line.remove();
  for (const [item, author] of now) {
    item.classList.add('muted');
    if (!placeOf(item).querySelector(':scope > .mute-line')) placeOf(item).prepend(lineFor(root, element, author));
  }
  if (now.size) dress(element);
}

function lineFor(root, element, author) {
  const text = texts[(threadIn(root) ?? threadIn(element.box))?.lang] ?? texts.en;
  const line = Object.assign(document.createElement('p'), { className: 'quiet mute-line', textContent: text.hidden });
  for (const [act, words] of [['show', text.show], ['unhide', text.unhide]]) {
    const button = Object.assign(document.createElement('button'), { type: 'button', className: 'act', textContent: words });
    Object.assign(button.dataset, { act, author });
    line.append(' ', button);
  }
  return line;
}

// Carries out a button that hides or shows; whether it was one.
function changeHidden(element, { dataset: { act, author } }, item) {
  if (!['hide', 'show', 'unhide'].includes(act)) return false;
  const people = hiddenOf(element);
  if (act === 'show') shownAgain.set(element, (shownAgain.get(element) ?? new Set()).add(item.id || 'pin'));
  else {
    act === 'hide' ? people.add(author) : people.delete(author);
    if (act === 'hide') shownAgain.delete(element);
    element.store.set(hiddenKey(element), [...people].slice(-mostHidden).join(' ') || null);
  }
  hold(element, () => mute(element, element.box));
  const at = item.querySelector(':scope > article > .mute-line > button, :scope > .mute-line > button') ?? item;
  if (at === item) item.tabIndex = -1;
  at.focus({ preventScroll: true });
  return true;
}

// The queue's keys, and where focus goes. Decisions need not wait for the server: the next comment has focus at once.

const deciding = new Set(['a', 'r', 's']);
let current = null;
let place = 0;
let observer = null;

const rows = () => [...document.querySelectorAll('[data-row]')];

const show = (row) => {
  if (row) {
    row.focus({ preventScroll: true });
    row.scrollIntoView({ block: 'nearest' });
  }
};

const remember = (event) => {
  const row = event.target.closest?.('[data-row]');
  if (row) {
    current = row;
    place = rows().indexOf(row);
  }
};

// What had focus is gone, and the browser has put it nowhere: whatever has come to its place gets it.
const mend = () => {
  if (!current) {
    return;
  }
  const all = rows();
  if (current.isConnected) {
    place = all.indexOf(current);
    if (document.activeElement === document.body && !document.querySelector('dialog[open]')) {
      current.focus({ preventScroll: true });
    }
    return;
  }
  if (document.activeElement !== document.body) {
    return;
  }
  const next = all[Math.min(place, all.length - 1)];
  if (next) {
    show(next);
  } else {
    current = null;
    document.querySelector('[data-empty]')?.focus();
  }
};

const isTyping = (at) => at.isContentEditable
  || at.matches('textarea, select, input:not([type=checkbox], [type=radio], [type=button], [type=submit])');

const move = (step) => {
  const all = rows();
  const at = all.indexOf(current);
  show(at < 0 ? all[0] : all[Math.max(0, Math.min(all.length - 1, at + step))]);
};

const act = (key) => {
  const selection = document.querySelector(`[data-selection] [data-act="${key}"]`);
  const button = selection ?? current?.querySelector(`[data-act="${key}"]`);
  if (!button) {
    return;
  }
  const all = rows();
  const at = all.indexOf(current);
  button.click();
  if (!selection && deciding.has(key)) {
    show(all[at + 1] ?? all[at - 1]);
  }
};

const press = (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || isTyping(event.target) 
    || document.querySelector('dialog[open], [data-single-keys=off]')) {
    return;
  }
  const key = event.key.toLowerCase();
  if (key === 'j' || key === 'k') {
    move(key === 'j' ? 1 : -1);
  } else if (event.repeat) {
    return;
  } else if (key === '?') {
    document.querySelector('[data-queue-help]')?.click();
  } else if (key === 'x') {
    current?.querySelector('[data-select]').dispatchEvent(new MouseEvent('click', { bubbles: true, cancelable: true, shiftKey: event.shiftKey }));
  } else if ('arsdeptb'.includes(key) && key.length === 1) {
    act(key);
  } else {
    return;
  }
  event.preventDefault();
};

export const reveal = (id) => show(rows().find((row) => row.dataset.id === String(id)));

export const begin = () => {
  document.addEventListener('keydown', press);
  document.addEventListener('focusin', remember);
  observer = new MutationObserver(mend);
  const page = document.getElementById('page');
  observer.observe(page, { childList: true, subtree: true });
  // Keys work from here on.
  page.dataset.keys = '';
};

export const end = () => {
  document.removeEventListener('keydown', press);
  document.removeEventListener('focusin', remember);
  observer?.disconnect();
  delete document.getElementById('page')?.dataset.keys;
  current = null;
};

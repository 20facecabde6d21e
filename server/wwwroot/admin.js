// What the admin pages need of the browser; Blazor does the rest. Loaded twice over one address, it is one module.

const keysName = 'embed-admin-keys';

// A browser may be told to keep nothing: then it fails.
const kept = (use) => {
  try {
    return use(localStorage);
  } catch {
    return undefined;
  }
};

export const begin = () => ({
  timeZone: Intl.DateTimeFormat().resolvedOptions().timeZone ?? 'UTC',
  hasKeys: kept((store) => store.getItem(keysName)) !== 'off',
});

export const keepKeys = (hasKeys) => kept((store) => {
  store.setItem(keysName, hasKeys ? 'on' : 'off');
  return true;
}) ?? false;

export const setTitle = (title) => {
  document.title = title;
};

export const showModal = (dialog) => {
  if (!dialog.open) {
    dialog.showModal();
  }
};

export const close = (dialog) => dialog.close();

export const copy = (text) => navigator.clipboard.writeText(text);

export const focusFault = () => document.querySelector('[aria-invalid=true]')?.focus();

// In a shadow root, as on a site's page: neither page's styles reach the other's.
export const drawThread = (host, html, styles) => {
  const root = host.shadowRoot ?? host.attachShadow({ mode: 'open' });
  root.innerHTML = `<link rel="stylesheet" href="${styles}"><div class="embed" data-scheme="system">${html}</div>`;
};

// A click in the queue says what the rows showed then: on a slow line the server is ahead of the screen.
Blazor.registerCustomEventType('seenclick', {
  browserEventName: 'click',
  createEventArgs: (event) => ({
    shiftKey: event.shiftKey,
    revisions: Object.fromEntries([...document.querySelectorAll('[data-row]')].map((row) => [row.dataset.id, Number(row.dataset.revision)])),
  }),
});

// Blazor builds one connection after another; the last is the one in use.
let connection = null;
Blazor.start({
  circuit: {
    configureSignalR: (builder) => {
      const build = builder.build.bind(builder);
      builder.build = () => (connection = build());
    },
  },
});

export const dropConnection = () => connection.stop();

// A connection keeps the cookie that it began with. Closing it makes Blazor connect again, and the circuit goes on.
let waits = false;
export const reconnectOnReturn = () => {
  if (waits) {
    return;
  }
  waits = true;
  const returned = () => {
    if (document.visibilityState === 'visible' && document.hasFocus()) {
      waits = false;
      removeEventListener('focus', returned);
      document.removeEventListener('visibilitychange', returned);
      dropConnection();
    }
  };
  addEventListener('focus', returned);
  document.addEventListener('visibilitychange', returned);
};

document.addEventListener('click', async (event) => {
  if (event.target.closest('[data-reload]')) {
    location.reload();
  } else if (event.target.closest('[data-reconnect]') && !(await Blazor.reconnect())) {
    lost.className = 'lost components-reconnect-rejected';
  }
});

const lost = document.getElementById('components-reconnect-modal');

// Blazor itself tells only of some of the reasons why it does not start.
const tellUnlessStarted = () => {
  if (!document.querySelector('.shell')) {
    document.getElementById('blazor-error-ui').style.display = 'block';
  }
};
addEventListener('unhandledrejection', tellUnlessStarted);
setTimeout(tellUnlessStarted, 15_000);

// Single keys press the button that names them, wherever focus is but where text is typed; unless they are turned off.
document.addEventListener('keydown', (event) => {
  const at = event.target;
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || event.repeat || at.isContentEditable
    || (event.key.length === 1 && document.querySelector('[data-single-keys=off]'))
    || at.matches('textarea, select, input:not([type=checkbox], [type=radio], [type=button], [type=submit])')) {
    return;
  }
  const within = document.querySelector('dialog[open]:modal') ?? document;
  const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
  const button = [...within.querySelectorAll('[data-key]')].findLast((one) => one.dataset.key === key && !one.disabled && one.checkVisibility());
  if (button) {
    event.preventDefault();
    button.click();
  }
});

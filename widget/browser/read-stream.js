// Part of embed-read.js.
// One connection for all threads of the page, open while it is looked at. It says versions only; News fetches what they
// mean. Where it cannot be had, the threads are asked for from time to time.
const followed = new Set();
const maxThreads = 20;
// Servers take request lines of about 8,000 characters.
const maxQuery = 7000;
const triesBeforePolling = 5;
const pollsBeforeTrying = 10;
let source, timer, openedAt, failures = 0, polls = 0;

// Differs by chance, so that a restarted server is not met by everyone at once.
const jitter = wait => wait * (0.5 + Math.random());

const close = () => {
  clearTimeout(timer);
  source?.close();
  source = undefined;
};

const openLater = wait => {
  close();
  timer = setTimeout(open, wait);
};

function open() {
  close();
  if (document.hidden || !followed.size) return;
  if (failures >= triesBeforePolling || !window.EventSource) return pollLater();
  const threads = [];
  let query = '';
  let address;
  for (const news of followed) {
    const { server, meant: { site, page, thread, canonical } } = news.element;
    address = server + '/api/v1/events?';
    const more = `${query}${query && '&'}${new URLSearchParams({ site, page, thread: thread ?? '', canonical: canonical ?? '' })}`;
    if (threads.length === maxThreads || (query && more.length > maxQuery)) break;
    query = more;
    threads.push(news);
  }
  source = new EventSource(`${address}${query}&seen=${threads.map(news => news.version)}`);
  openedAt = NaN;
  source.onopen = () => { openedAt = Date.now(); };
  source.addEventListener('version', ({ data }) => data.split(',').forEach((version, i) => followed.has(threads[i]) && threads[i].heard(+version)));
  source.onerror = () => {
    // The browser's own attempts would all come at the same time after a restart. A refusal may be a proxy's, whose server
    // restarts; a connection that held for a while and broke is a new beginning.
    failures = Date.now() - openedAt > 10000 ? 1 : failures + 1;
    if (failures === triesBeforePolling) polls = 0;
    openLater(failures < triesBeforePolling ? jitter(1000 * 2 ** (failures - 1)) : 0);
  };
}

function pollLater() {
  timer = setTimeout(() => {
    followed.forEach(news => news.check());
    if (++polls % pollsBeforeTrying === 0) failures = 0;
    open();
  }, jitter(60000));
}

document.addEventListener('visibilitychange', () => {
  if (document.hidden) return close();
  // No stream will say what was missed.
  if (failures >= triesBeforePolling) followed.forEach(news => news.later(jitter(500)));
  openLater(jitter(500));
});
addEventListener('online', () => {
  failures = 0;
  openLater(jitter(500));
});

function followNews(news, signal) {
  followed.add(news);
  signal.addEventListener('abort', () => {
    followed.delete(news);
    if (!followed.size) close();
  });
  // Elements of one page often come together.
  if (!document.hidden) openLater(100);
}

// Sends a file to be imported, past Blazor's connection, and shows how far it is. The page is NewImportPage.razor.

const path = '/admin/imports/upload';
const megabyte = 1024 * 1024;

const pause = 1000;

let request = null;
let ended = null;

export const chosen = (input) => {
  const file = input.files[0];
  return file ? { name: file.name, size: file.size } : null;
};

export const stop = () => request?.abort();

const draw = ({ loaded, total }) => {
  const [bar, text] = [document.getElementById('sent'), document.getElementById('sent-text')];
  if (bar && text) {
    const amount = (bytes) => (bytes / megabyte).toLocaleString('en', { maximumFractionDigits: bytes < 10 * megabyte ? 1 : 0 });
    bar.value = total > 0 ? loaded / total : 0;
    text.textContent = loaded < total ? `${amount(loaded)} of ${amount(total)} MB` : 'All of it is sent. The server is writing it down …';
  }
};

const answerOf = ({ responseURL, status, responseText }) => {
  if (new URL(responseURL).pathname !== path) {
    return { code: 'signed-out' };
  }
  try {
    const answer = JSON.parse(responseText);
    return status === 201 ? { code: 'sent', id: answer.id } : { code: answer.code ?? 'fault', text: answer.code ? answer.detail : null };
  } catch {
    return { code: 'fault' };
  }
};

const ask = (event) => event.preventDefault();

// What has come of it; null while nothing has. Asked again and again: the answer is lost where the page's own connection is, too.
export const outcome = () => Promise.race([ended, new Promise((resolve) => setTimeout(resolve, pause, null))]);

const begin = (input, description) => new Promise((resolve) => {
  const form = new FormData();
  form.append('import', description);
  form.append('file', input.files[0]);
  const end = (outcome) => {
    request = null;
    removeEventListener('beforeunload', ask);
    resolve(outcome);
    if (outcome.code === 'sent') {
      // Where the answer finds no circuit any more, the import is there all the same.
      setTimeout(() => navigator.onLine && document.getElementById('sent') && location.assign(`/admin/imports/${outcome.id}`), 3000);
    }
  };
  addEventListener('beforeunload', ask);
  request = new XMLHttpRequest();
  request.upload.onprogress = draw;
  request.onload = () => end(answerOf(request));
  request.onerror = () => end({ code: 'lost' });
  request.onabort = () => end({ code: 'stopped' });
  request.open('POST', path);
  // What is refused is said in the language of these pages.
  request.setRequestHeader('Accept-Language', 'en');
  request.setRequestHeader('RequestVerificationToken', document.querySelector('#sign-out [name=__RequestVerificationToken]').value);
  request.send(form);
});

export const send = (input, description) => {
  ended = begin(input, description);
};

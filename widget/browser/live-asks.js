// Part of embed-live.js.
// Forms that are no comments: a report, and what moderators fill in. One is open at a time, and nothing of it is kept on the device.
const asks = ['flag', 'delete-why', 'ban', 'note', 'slow'];
const decisions = ['approve', 'reject', 'spam', 'pin', 'unpin', 'dismiss', 'undo', 'unflag'];

// The keyboard goes where the eye does: into what has opened, and back from what is done. Whether the act was one of these.
function followAsk(element, { act, id }) {
  const { box } = element;
  const comment = id && box.querySelector('#comment-' + id);
  if (asks.includes(act)) focusWhen(box, () => box.querySelector(`form[data-ask="${act}"] :is(select, input, textarea)`));
  else if (act === 'moderate') {
    const panel = () => (comment ? comment.querySelector(':scope > article > .moderating') : box.querySelector('.thread > .moderating'));
    // Closed by the button that has the focus.
    if (!panel()) focusWhen(box, () => panel()?.firstElementChild);
  } else if (decisions.includes(act)) {
    const before = box.querySelector('.done')?.textContent;
    focusWhen(box, () => {
      if (comment?.querySelector(':scope > article > .refused')) return comment;
      const isDone = box.querySelector('.done')?.textContent !== before || (act === 'unflag' && !comment.querySelector(':scope > article > .flagged'));
      return isDone && (comment?.isConnected ? comment : box.querySelector('[data-act=undo]') ?? box.querySelector('.thread'));
    });
  } else return false;
  return true;
}

// Sends the form, or gives it up.
function sendAsk(element, form, isGivenUp) {
  const { ask, id } = form.dataset;
  const { reason, text, number, tick } = form.elements;
  const wanted = number?.value ? Math.max(-1, Math.min(1e6, Math.trunc(number.value))) : null;
  form.dispatchEvent(new CustomEvent('embedask', {
    bubbles: true,
    detail: {
      verb: isGivenUp ? '' : ask, commentId: +id, reason: reason?.value ?? '', text: (text?.value ?? '').slice(0, 5000),
      number: Number.isNaN(wanted) ? null : wanted, isTicked: !!tick?.checked,
    },
  }));
  const { box } = element;
  focusWhen(box, () => !form.isConnected && (+id ? box.querySelector('#comment-' + id) ?? box.querySelector('[data-act=undo]') : element.find({ act: 'moderate' })));
}

function focusWhen(box, met) {
  until(box, met).then(at => {
    if (at.matches('.comment, .thread')) at.tabIndex = -1;
    at.focus({ preventScroll: inView(at) });
  }, () => {});
}

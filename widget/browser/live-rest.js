// Part of embed-live.js.
// Whether somebody sees comments that readers do not: their own that wait, or, as a moderator, others'. Going back to reading would
// take them from sight.
async function seesMore(element) {
  const own = [...element.box.querySelectorAll('.comment')]
    .filter(comment => comment.querySelector(':scope > article .vote:disabled, :scope > article > .waits'));
  if (!own.length) return false;
  const first = await element.ask({});
  // Most are on the first page; of others a few are asked for.
  for (const { id } of own.filter(({ id }) => !first.querySelector('#' + id)).slice(-5)) {
    if (!(await element.ask({ comment: id.slice('comment-'.length) })).querySelector('#' + id)) return true;
  }
  return false;
}

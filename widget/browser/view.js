// Part of embed-live.js and embed-read.js.
const startsInView = item => {
  const { top } = item.getBoundingClientRect();
  return top >= 0 && top < innerHeight;
};
const inView = item => {
  const { top, bottom } = item.getBoundingClientRect();
  return bottom > 0 && top < innerHeight;
};
// Names an element so that its twin in another drawing of the same thread is found.
const selectorOf = item => {
  const { slot, act, id, form, permalink } = item.dataset;
  const inForm = item.form?.dataset.slot;
  return item.id ? '#' + item.id
    : slot ? `form[data-slot="${slot}"]`
      : act ? `[data-act="${act}"]` + (id ? `[data-id="${id}"]` : '')
        : inForm ? `form[data-slot="${inForm}"] ` + (form ? `[data-form="${form}"]` : '.primary')
          : permalink ? `[data-permalink="${permalink}"]` : '.none';
};

// Part of embed-live.js and embed-read.js.
const startsInView = item => {
  const { top } = item.getBoundingClientRect();
  return top >= 0 && top < innerHeight;
};
const inView = item => {
  const { top, bottom } = item.getBoundingClientRect();
  return bottom > 0 && top < innerHeight;
};

// Part of embed-live.js.
// What is being read stays where it is on the screen while comments come and go around it: the form that is written in,
// else the topmost comment in view. (Browsers' own scroll anchoring is not everywhere and does not know the form.)
class Place {
  #element; #kept; #isQueued = false;

  constructor(element, signal) {
    this.#element = element;
    const later = () => {
      if (this.#isQueued) return;
      this.#isQueued = true;
      requestAnimationFrame(() => {
        this.#isQueued = false;
        if (!signal.aborted) this.remember();
      });
    };
    for (const type of ['scroll', 'resize', 'focusin']) addEventListener(type, later, { signal, passive: true, capture: true });
  }

  // What restore() goes by.
  get kept() { return this.#kept; }
  set kept(value) { this.#kept = value; }

  remember() {
    const { box, shadowRoot } = this.#element;
    const form = shadowRoot.activeElement?.closest('.form');
    const item = form && inView(form) ? form : [...box.querySelectorAll('.comment, .form, .invitation')].find(startsInView);
    this.#kept = item && { selector: selectorOf(item), top: item.getBoundingClientRect().top };
  }

  restore() {
    const item = this.#kept && this.#element.box.querySelector(this.#kept.selector);
    if (item) {
      const moved = item.getBoundingClientRect().top - this.#kept.top;
      if (Math.abs(moved) > 1) scrollBy({ top: moved, behavior: 'instant' });
    }
    this.remember();
  }
}

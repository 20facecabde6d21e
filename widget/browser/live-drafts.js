// Part of embed-live.js.
// Text being written, kept on the reader's device until it is posted.
class Drafts {
  constructor(element) {
    this.element = element;
    this.prefix = element.draftPrefix;
  }

  read(slot) {
    try { return JSON.parse(this.element.store.get(this.prefix + slot)); } catch { return null; }
  }

  // The id is made when the draft begins and stays with it: a retried post is the same post.
  write(slot, text) {
    const draft = { id: this.read(slot)?.id ?? newId(), text };
    if (this.element.box.querySelector(`form[data-slot="${slot}"][data-unkept]`)) return draft;
    this.element.store.set(this.prefix + slot, JSON.stringify(draft));
    return draft;
  }

  // A reply to a comment that is gone, or an edit that came too late, becomes text for a new comment.
  adopt(slot) {
    const text = [this.read('new')?.text, this.read(slot).text].filter(Boolean).join('\n\n');
    this.drop(slot);
    this.write('new', text);
    return text;
  }

  drop(slot) {
    this.element.store.set(this.prefix + slot, null);
  }

  get slots() {
    return this.element.store.keys().filter(key => key.startsWith(this.prefix)).map(key => key.slice(this.prefix.length));
  }
}

const newId = () => {
  // crypto.randomUUID exists in secure contexts only; drafts must work everywhere.
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = bytes[6] & 15 | 64;
  bytes[8] = bytes[8] & 63 | 128;
  return [...bytes].map((byte, i) => ([4, 6, 8, 10].includes(i) ? '-' : '') + byte.toString(16).padStart(2, '0')).join('');
};

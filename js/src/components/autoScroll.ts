// Staying at the end of what grows: only while the reader is there, and never against their hand.

const NEAR = 32; // pixels from the end that still count as the end
const UP_KEYS = new Set(["ArrowUp", "PageUp", "Home"]);

/** Follows the end of a scrolling element. `changed` hears when the reader leaves or comes back. */
export class AutoScroll {
  following: boolean;
  #top = 0;
  #held = false;

  constructor(
    follow: boolean,
    private readonly changed: (following: boolean) => void,
  ) {
    this.following = follow;
  }

  /** Listens to the reader's hand until the signal. */
  watchUser(box: HTMLElement, signal: AbortSignal): void {
    const options = { passive: true, signal };
    box.addEventListener("scroll", () => this.#scrolled(box), options);
    box.addEventListener("wheel", (event) => event.deltaY < 0 && this.#leave(box), options);
    box.addEventListener("keydown", (event) => UP_KEYS.has(event.key) && this.#leave(box), options);
    box.addEventListener("click", (event) => isToggle(event.target) && this.#set(false), options);
    box.addEventListener("pointerdown", () => (this.#held = true), options);
    for (const name of ["pointerup", "pointercancel"] as const) {
      box.ownerDocument.addEventListener(name, () => this.#let(box), options);
    }
  }

  /** To be called when the content may have grown. */
  keepAtEnd(box: HTMLElement): void {
    if (box.scrollHeight <= box.clientHeight) this.#set(true); // all is in sight: so is the end
    if (!this.following || this.#held) return;
    box.scrollTop = box.scrollHeight;
    this.#top = box.scrollTop;
  }

  goToEnd(box: HTMLElement): void {
    this.#set(true);
    this.keepAtEnd(box);
  }

  /** Stays where it is, whatever grows. */
  stop(): void {
    this.#set(false);
  }

  #scrolled(box: HTMLElement): void {
    const [top, before] = [box.scrollTop, this.#top];
    this.#top = top;
    const distance = box.scrollHeight - top - box.clientHeight;
    if (top < before - 1 && distance > NEAR) this.#set(false);
    else if (top >= before && distance <= NEAR) this.#set(true);
  }

  #leave(box: HTMLElement): void {
    if (box.scrollHeight > box.clientHeight) this.#set(false);
  }

  #let(box: HTMLElement): void {
    this.#held = false;
    if (!box.ownerDocument.getSelection()?.isCollapsed && box.contains(document.activeElement)) return;
    this.keepAtEnd(box);
  }

  #set(following: boolean): void {
    if (following === this.following) return;
    this.following = following;
    this.changed(following);
  }
}

/** Whether a click opens or closes something: what it shows must not be pushed out of sight. */
function isToggle(target: EventTarget | null): boolean {
  return target instanceof Element && target.closest("[aria-expanded], [role=row]") !== null;
}

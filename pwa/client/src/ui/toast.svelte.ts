/** One sentence at the bottom: four seconds to read it, ten where it can be undone. */
export interface ToastMessage {
  readonly text: string;
  readonly undo?: () => void;
}

const READ_MS = 4_000;
const UNDO_MS = 10_000;

class Toasts {
  current: ToastMessage | null = $state.raw(null);
  private timer: ReturnType<typeof setTimeout> | undefined;

  show(message: ToastMessage): void {
    clearTimeout(this.timer);
    this.current = message;
    this.timer = setTimeout(() => {
      this.current = null;
    }, message.undo ? UNDO_MS : READ_MS);
  }

  close(): void {
    clearTimeout(this.timer);
    this.current = null;
  }
}

export const toasts = new Toasts();

/** One sentence at the bottom, with ten seconds to undo. */
export interface ToastMessage {
  readonly text: string;
  readonly undo?: () => void;
}

const SECONDS = 10;

class Toasts {
  current: ToastMessage | null = $state.raw(null);
  private timer: ReturnType<typeof setTimeout> | undefined;

  show(message: ToastMessage): void {
    clearTimeout(this.timer);
    this.current = message;
    this.timer = setTimeout(() => {
      this.current = null;
    }, SECONDS * 1000);
  }

  close(): void {
    clearTimeout(this.timer);
    this.current = null;
  }
}

export const toasts = new Toasts();

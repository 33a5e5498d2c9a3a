/** Installing on the home screen: Android offers it to the page, iOS only tells people where to tap. */

interface InstallEvent extends Event {
  prompt(): Promise<unknown>;
}

class Install {
  prompt: InstallEvent | null = $state.raw(null);
  installed = $state(window.matchMedia("(display-mode: standalone)").matches || ("standalone" in navigator && navigator.standalone === true));
  readonly isApple = /iPhone|iPad|iPod/.test(navigator.userAgent);
  private readonly isPhone = window.matchMedia("(pointer: coarse)").matches;

  constructor() {
    window.addEventListener("beforeinstallprompt", (event) => {
      event.preventDefault();
      this.prompt = event as InstallEvent;
    });
    window.addEventListener("appinstalled", () => {
      this.installed = true;
      this.prompt = null;
    });
  }

  get worthIt(): boolean {
    return !this.installed && (this.prompt !== null || this.isPhone);
  }

  async ask(): Promise<void> {
    await this.prompt?.prompt();
    this.prompt = null;
  }
}

export const install = new Install();

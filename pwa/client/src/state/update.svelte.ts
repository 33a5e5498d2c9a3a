/** A new version that waits in the service worker. */
import { applyUpdate, onUpdate } from "../service-worker/register";

class Update {
  waiting = $state(false);

  listen(): () => void {
    return onUpdate(() => {
      this.waiting = true;
    });
  }

  apply(): void {
    applyUpdate();
  }
}

export const update = new Update();

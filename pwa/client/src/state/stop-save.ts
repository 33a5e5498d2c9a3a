/** Saving what became of a stop, and taking it back: the command is on disk at once, undo is a command of its own. */
import { d } from "../i18n/driver";
import { path } from "../router";
import { toasts } from "../ui/toast.svelte";
import type { StopDraftHandle } from "./driver-day.svelte";
import { router } from "./route.svelte";
import { stopDraftKey, undoStopCommand, type StopDraft } from "./stop-draft";
import { sync, type NewCommand } from "./sync";

/** Resolves when the command is on disk; `text` is said with ten seconds to undo. */
export async function saveStop(handle: StopDraftHandle, command: NewCommand, text: string): Promise<void> {
  const kept = handle.plain();
  const { id } = await sync().enqueue(command);
  // A draft that could not be removed holds the same lines and adds nothing.
  void handle.drop().catch(() => undefined);
  toasts.show({ text, undo: () => void takeBack(kept, id) });
}

/** What had been ticked and signed is there again, so that only the mistake has to be put right. */
async function takeBack(kept: StopDraft, commandId: string): Promise<void> {
  try {
    await sync().enqueue(undoStopCommand(kept.stop_id, commandId));
    await sync().saveDraft(stopDraftKey(kept.stop_id), kept);
    router.go(path.stop(kept.stop_id));
    toasts.show({ text: d("stop.undone") });
  } catch {
    toasts.show({ text: d("proof.not_saved") });
  }
}

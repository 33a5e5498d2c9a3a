import { beforeEach, expect, it } from "vitest";
import { anna, disconnected, Phone } from "../sync/testing/world";
import { DraftHandle } from "./draft.svelte";
import type { OrderDraft } from "./order-draft";
import { testOrder } from "./rows.fixture";
import { provideSync, sync } from "./sync";

const order = testOrder();
const key = `order:${order.id}`;
const line = { id: "t1", started_at: "2026-11-25T08:30:00Z", minutes: 30, comment: "", visible_to_prescriber: true };

beforeEach(async () => {
  const phone = new Phone();
  phone.network = disconnected;
  provideSync(phone.page());
  await sync().start(anna);
});

it("forgets a draft that has been emptied, so that a removed line does not come back", async () => {
  const handle = await DraftHandle.open(order);
  handle.value.time = [line];
  await handle.save();
  expect((await DraftHandle.open(order)).value.time).toEqual([line]);
  handle.value.time = [];
  await handle.save();
  expect(await sync().drafts()).toEqual([]);
  handle.value.time = [line];
  await handle.save();
  expect((await DraftHandle.open(order)).value.time).toEqual([line]);
});

it("takes over what another tab saved and what it sent", async () => {
  const handle = await DraftHandle.open(order);
  const other = await DraftHandle.open(order);
  other.value.time = [line];
  await other.save();
  await handle.reread();
  expect(handle.value.time).toEqual([line]);
  await other.drop();
  await handle.reread();
  expect(handle.value.time).toEqual([]);
});

it("does not take over anything while a change of its own is on the way", async () => {
  const handle = await DraftHandle.open(order);
  const other = await DraftHandle.open(order);
  other.value.time = [line];
  await other.save();
  const reading = handle.reread();
  handle.value.comment = "skriver";
  await Promise.all([reading, handle.save()]);
  expect(handle.value.comment).toBe("skriver");
});

it("keeps an unsigned protocol when the rest is sent", async () => {
  const handle = await DraftHandle.open(order);
  handle.value.time = [line];
  handle.value.protocol = { id: "p1", template_id: "chair", template_version: 1, template_sha256: "ab", answers: {}, typed: {}, reasons: {}, pictures: {}, at: "", signed_at: null };
  await handle.save();
  await handle.sent(true);
  expect(await sync().draft<OrderDraft>(key)).toMatchObject({ time: [], protocol: { id: "p1" } });
});

import { expect, it } from "vitest";
import type { DueItem } from "../../../api/maintenance";
import { isOverdue, noticeIsLate, stateTone } from "./words";

const item = { state: "none", due_on: "2026-12-09", notice_by: "2026-11-25", notified_on: null, held: true } as DueItem;

it("asks for the notice on its last day and not before", () => {
  expect(noticeIsLate(item, "2026-11-24")).toBe(false);
  expect(noticeIsLate(item, "2026-11-25")).toBe(true);
  expect(noticeIsLate({ ...item, notified_on: "2026-11-01" }, "2026-11-25")).toBe(false);
  expect(noticeIsLate({ ...item, held: false }, "2026-11-25")).toBe(false);
});

it("is overdue the day after", () => {
  expect(isOverdue(item, "2026-12-09")).toBe(false);
  expect(isOverdue(item, "2026-12-10")).toBe(true);
});

it("is red only where something must not be used", () => {
  expect(stateTone({ ...item, state: "not_approved" })).toBe("stop");
  expect(stateTone({ ...item, state: "in_progress" })).toBe("watch");
  expect(stateTone(item)).toBe("neutral");
});

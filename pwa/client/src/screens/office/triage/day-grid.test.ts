import { describe, expect, it } from "vitest";
import type { TechnicianDay, TriageHit } from "../../../api/triage";
import { changeTo, fitted, hoursOf, laidOut, slotOf, stepped, type Hours } from "./day-grid";

const order = (number: string, from: string | null, to: string | null): TriageHit => ({ id: number, number, type: "corrective", booked_from: from, booked_to: to }) as TriageHit;
const hours: Hours = { from: 8 * 60, to: 17 * 60, open: { from: 8 * 60, to: 16 * 60 + 30 } };
const people = ["a", "b"];

describe("the technicians' day", () => {
  it("reads a booked time as Swedish local minutes", () => {
    expect(slotOf(order("1", "2026-06-11T07:00:00Z", "2026-06-11T08:30:00Z"))).toEqual({ from: 9 * 60, to: 10 * 60 + 30 });
    expect(slotOf(order("1", null, null))).toBeNull();
  });

  it("shows the opening hours and what is booked outside them", () => {
    const day = { opens: "2026-06-11T06:00:00Z", closes: "2026-06-11T14:30:00Z", technicians: [{ orders: [order("1", "2026-06-11T16:00:00Z", "2026-06-11T17:15:00Z")] }] } as unknown as TechnicianDay;
    expect(hoursOf(day)).toEqual({ from: 8 * 60, to: 20 * 60, open: { from: 8 * 60, to: 16 * 60 + 30 } });
    expect(hoursOf({ ...day, opens: null, closes: null, technicians: [] })).toEqual({ from: 8 * 60, to: 16 * 60, open: null });
  });

  it("lays visits at the same time beside each other", () => {
    const laid = laidOut([order("1", "2026-06-11T07:00:00Z", "2026-06-11T09:00:00Z"), order("2", "2026-06-11T08:00:00Z", "2026-06-11T10:00:00Z"), order("3", "2026-06-11T09:00:00Z", "2026-06-11T09:30:00Z"), order("4", "2026-06-11T11:00:00Z", "2026-06-11T12:00:00Z"), order("5", null, null)]);
    expect(laid.map(({ order: { number }, lane, lanes }) => [number, lane, lanes])).toEqual([["1", 0, 2], ["2", 1, 2], ["3", 0, 2], ["4", 0, 1]]);
  });

  it("moves by the arrow keys, and never loses a booked time", () => {
    const waiting = { technician: "", from: null };
    const anytime = { technician: "a", from: null };
    expect(stepped(waiting, "ArrowRight", 60, people, hours, false)).toEqual(anytime);
    expect(stepped(anytime, "ArrowDown", 60, people, hours, false)).toEqual({ technician: "a", from: 480 });
    expect(stepped({ technician: "a", from: 480 }, "ArrowDown", 60, people, hours, false)).toEqual({ technician: "a", from: 495 });
    expect(stepped({ technician: "a", from: 480 }, "ArrowUp", 60, people, hours, false)).toEqual(anytime);
    expect(stepped({ technician: "a", from: 480 }, "ArrowUp", 60, people, hours, true)).toEqual({ technician: "a", from: 480 });
    expect(stepped({ technician: "a", from: 480 }, "ArrowLeft", 60, people, hours, true)).toEqual({ technician: "a", from: 480 });
    expect(stepped({ technician: "a", from: 480 }, "ArrowLeft", 60, people, hours, false)).toEqual(waiting);
    expect(stepped({ technician: "b", from: 480 }, "ArrowRight", 60, people, hours, true)).toEqual({ technician: "b", from: 480 });
    expect(fitted(17 * 60, 60, hours)).toBe(16 * 60);
  });

  it("books, gives or takes back, by where it lands", () => {
    const free = order("1", null, null);
    const booked = order("1", "2026-06-11T07:00:00Z", "2026-06-11T08:00:00Z");
    expect(changeTo(free, { technician: "a", from: 9 * 60 }, 60, "2026-06-11")).toEqual({ type: "work_order.book", args: { from: "2026-06-11T07:00:00.000Z", to: "2026-06-11T08:00:00.000Z", technician_id: "a" } });
    expect(changeTo(free, { technician: "a", from: null }, 60, "2026-06-11")).toEqual({ type: "work_order.assign", args: { technician_id: "a", planned_on: "2026-06-11" } });
    expect(changeTo(free, { technician: "", from: null }, 60, "2026-06-11")).toEqual({ type: "work_order.assign", args: { technician_id: null } });
    expect(changeTo(booked, { technician: "a", from: null }, 60, "2026-06-11")).toBeNull();
    expect(changeTo(booked, { technician: "", from: null }, 60, "2026-06-11")).toBeNull();
  });
});

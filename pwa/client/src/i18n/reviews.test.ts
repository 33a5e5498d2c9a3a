import { expect, it } from "vitest";
import { decisionWord, reviewTitle } from "./reviews";

it("says to the office what is to be decided, and what the buttons do", () => {
  const review = { reason: "work_order.cancelled_meanwhile", text: "Ring planeringen.", number: "15510441" };
  expect(reviewTitle(review)).toBe("Arbetsorder 15510441 makulerades här, men arbetet är gjort");
  expect(decisionWord("accept", review.reason)).toBe("Godkänn det gjorda arbetet");
  expect(decisionWord("keep", review.reason)).toBe("Låt ordern vara makulerad");
});

it("falls back to the server's words and the general buttons for a reason it does not know", () => {
  expect(reviewTitle({ reason: "new.reason", text: "Serverns mening.", number: null })).toBe("Serverns mening.");
  expect(reviewTitle({ reason: "new.reason", text: "", number: null })).toBe("new.reason");
  expect(decisionWord("keep", "new.reason")).toBe("Kontoret gäller");
});

it("knows the reasons of vans and pick-ups as well", () => {
  expect(reviewTitle({ reason: "stop.no_proof", text: "x", number: null })).toBe("En leverans saknar kvittens");
  expect(reviewTitle({ reason: "pickup.closed", text: "x", number: "15510055" })).toBe("En ankomst registrerades på hämtorder 15510055, som redan var stängd");
  expect(decisionWord("accept", "stop.no_proof")).toBe("Godkänn utan kvittens");
});

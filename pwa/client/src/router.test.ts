import { describe, expect, it } from "vitest";
import { match, path } from "./router";

describe("addresses", () => {
  it.each([
    ["/", "today", {}],
    ["/scan?order=15510441", "scan", {}],
    ["/device/104901", "device", { number: "104901" }],
    ["/order/15510441", "order", { number: "15510441" }],
    ["/order/15510441/protocol", "protocol", { number: "15510441" }],
    ["/order/15510441/close/", "close", { number: "15510441" }],
    ["/office/orders", "officeOrders", {}],
    ["/office/orders/15510441", "officeOrder", { number: "15510441" }],
    ["/order", "notFound", {}],
    ["/order/1/2/3", "notFound", {}],
  ])("%s is %s", (address, name, params) => {
    expect(match(address)).toMatchObject({ name, params });
  });

  it("survives a broken escape", () => {
    expect(match("/device/%E0%A4%A")).toMatchObject({ name: "device" });
  });

  it("goes there and back", () => {
    expect(match(path.device("K 1/2")).params).toEqual({ number: "K 1/2" });
  });
});

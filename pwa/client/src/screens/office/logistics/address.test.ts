import { describe, expect, it } from "vitest";
import type { Recipient } from "../../../api/logistics";
import { addressLine, addressProblems, deliveryTo, destinationsOf, homeAddress } from "./address";

const person: Recipient = { kind: "person", person_id: "p1", party_number: null, name: "Testa Testsson", phone: "021-10 10 10", mobile: "070-174 06 05", care_of: "", street: "Storgatan 4", postcode: "722 11", town: "Västerås", entry_code: "4711", protected: false };
const hidden: Recipient = { ...person, name: "Skyddad identitet", phone: "", mobile: "", street: "", postcode: "", town: "", entry_code: "", protected: true };
const unit: Recipient = { ...person, kind: "care_unit", person_id: null, party_number: "2990" };

describe("where a delivery goes", () => {
  it("is the orderer's own address unless something else is chosen (R-114)", () => {
    expect(destinationsOf(person)[0]).toBe("orderer");
    expect(deliveryTo("orderer", homeAddress(person), person)).toEqual({ to_home: false });
  });

  it("goes home with the recipient's address, the mobile number first (R-115)", () => {
    expect(homeAddress(person)).toMatchObject({ phone: "070-174 06 05", entry_code: "4711", street: "Storgatan 4" });
    expect(homeAddress({ ...person, mobile: "" }).phone).toBe("021-10 10 10");
    expect(deliveryTo("home", { ...homeAddress(person), street: " Storgatan 5 " }, person)).toEqual({ to_home: true, contact: { ...homeAddress(person), street: "Storgatan 5" } });
  });

  it("asks for what the carrier needs at home, and for nothing at the orderer's", () => {
    const bare = { ...homeAddress(person), phone: "07", street: "", town: " " };
    expect(addressProblems("home", bare, person)).toEqual(["phone", "street", "town"]);
    expect(addressProblems("other", bare, person)).toEqual(["street", "town"]);
    expect(addressProblems("orderer", bare, person)).toEqual([]);
  });

  it("never sends, asks for or shows the address of a protected identity", () => {
    expect(Object.values(homeAddress({ ...person, protected: true })).join("")).toBe("");
    expect(addressProblems("home", homeAddress(hidden), hidden)).toEqual([]);
    expect(deliveryTo("home", homeAddress(hidden), hidden)).toEqual({ to_home: true });
  });

  it("has no home for a care unit", () => {
    expect(destinationsOf(unit)).toEqual(["orderer", "other"]);
  });

  it("writes an address on one line", () => {
    expect(addressLine({ ...person, care_of: "Ek" })).toBe("c/o Ek, Storgatan 4, 722 11 Västerås");
    expect(addressLine(hidden)).toBe("");
  });
});

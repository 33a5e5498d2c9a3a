import { expect, it } from "vitest";
import { readItems, readMillimetres, readNumbers } from "./typed";

it("reads numbers however they are written, each once", () => {
  const label = "HTTPS://HJALPMEDEL.EXAMPLE/F/75082-1-0123456789ABCDEFGHJKMNPQRS";
  expect(readNumbers(`104901, 104902;104901\n${label}\t179711`)).toEqual({ numbers: ["104901", "104902", "75082", "179711"], wrong: [] });
  expect(readNumbers("104901 123 K-104901 rullstol")).toEqual({ numbers: ["104901"], wrong: ["123", "K-104901", "rullstol"] });
  expect(readNumbers(" \n ")).toEqual({ numbers: [], wrong: [] });
});

it("reads a label to each line, after its kind", () => {
  expect(readItems("104901\nk-104902\n\n12", "return")).toEqual({
    items: [
      { code: "104901", text: "", month: "" },
      { code: "K-104902", text: "", month: "" },
    ],
    wrong: ["12"],
  });
  expect(readItems("104901 2027-05\n104902 2027-13", "next_pm")).toEqual({ items: [{ code: "104901", text: "", month: "2027-05" }], wrong: ["104902 2027-13"] });
  expect(readItems("104901 2027-05", "return").wrong).toEqual(["104901 2027-05"]);
  expect(readItems("b 12-03; Rullstolar; hjul\nÅ1", "shelf")).toEqual({ items: [{ code: "B 12-03", text: "Rullstolar; hjul", month: "" }], wrong: ["Å1"] });
});

it("reads millimetres as people write them", () => {
  expect(["52,4", " 48.5 ", "50"].map(readMillimetres)).toEqual([52.4, 48.5, 50]);
  expect(["", "-1", "1e3", "12,345", "femtio"].map(readMillimetres)).toEqual([null, null, null, null, null]);
});

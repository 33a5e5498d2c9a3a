/** Where a delivery goes. Pure: the orderer's own address unless home is chosen, and what home then needs. */
import type { Address, Recipient } from "../../../api/logistics";

export type Destination = "orderer" | "home" | "other";

/** The recipient's own address, to be looked over and changed. Nothing of a protected identity. */
export function homeAddress(recipient: Recipient): Address {
  if (recipient.protected) return { name: "", phone: "", care_of: "", street: "", postcode: "", town: "", entry_code: "" };
  return {
    name: recipient.name,
    phone: recipient.mobile || recipient.phone,
    care_of: recipient.care_of,
    street: recipient.street,
    postcode: recipient.postcode,
    town: recipient.town,
    entry_code: recipient.entry_code,
  };
}

/** A care unit's things go to the unit, which the server knows as its own address; only persons have a home to choose. */
export function destinationsOf(recipient: Recipient): readonly Destination[] {
  return recipient.kind === "person" ? ["orderer", "home", "other"] : ["orderer", "other"];
}

export type AddressProblem = "phone" | "street" | "town";

/** What is missing before the carrier can find the way. A protected address is known to the server alone. */
export function addressProblems(destination: Destination, address: Address, recipient: Recipient): readonly AddressProblem[] {
  if (destination === "orderer" || (destination === "home" && recipient.protected)) return [];
  const problems: AddressProblem[] = [];
  if (destination === "home" && !/[0-9]{5,}/.test(address.phone.replace(/[^0-9]/g, ""))) problems.push("phone");
  if (!address.street.trim()) problems.push("street");
  if (!address.town.trim()) problems.push("town");
  return problems;
}

/** The part of the command that says where to: without a contact the server takes the address that it knows. */
export function deliveryTo(destination: Destination, address: Address, recipient: Recipient): { readonly to_home: boolean; readonly contact?: Address } {
  if (destination === "orderer") return { to_home: false };
  if (destination === "home" && recipient.protected) return { to_home: true };
  const trimmed = Object.fromEntries(Object.entries(address).map(([name, value]) => [name, (value as string).trim()])) as unknown as Address;
  return { to_home: destination === "home", contact: trimmed };
}

/** "Storgatan 4, 722 11 Västerås" */
export function addressLine(address: { readonly care_of: string; readonly street: string; readonly postcode: string; readonly town: string }): string {
  return [address.care_of ? `c/o ${address.care_of}` : "", address.street, [address.postcode, address.town].filter(Boolean).join(" ")].filter(Boolean).join(", ");
}

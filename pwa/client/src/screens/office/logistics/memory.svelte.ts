/**
 * What the office has in hand: whose aids are looked at, and forms that are begun. In memory alone: never in the address,
 * the history or a store, and gone when somebody else signs in.
 */
import type { BasicNeed, Contact, DeviceWithHolder, OrderType, Place, Priority } from "../../../api/types";
import type { Address, PickupReason, Recipient, RecipientCard, RecipientRef } from "../../../api/logistics";
import { session } from "../../../state/session.svelte";
import type { Destination } from "./address";

export const noAddress: Address = { name: "", phone: "", care_of: "", street: "", postcode: "", town: "", entry_code: "" };

export interface ArticleLine {
  article_number: string;
  article_name: string;
  quantity: number;
}

export class DeliveryDraft {
  recipient: Recipient | null = $state.raw(null);
  lines: ArticleLine[] = $state([]);
  destination: Destination = $state("orderer");
  address: Address = $state({ ...noAddress });
  carrierNote = $state("");
  warehouseNote = $state("");
  coDelivery = $state(false);
  urgent = $state(false);
  carrier: "van" | "internal_post" | "postal" = $state("van");
  earliest = $state("");
  linked = $state("");
}

export class PickupDraft {
  card: RecipientCard | null = $state.raw(null);
  ticked: string[] = $state([]);
  reason: PickupReason | null = $state(null);
  wantedOn = $state("");
  otherAddress = $state(false);
  address: Address = $state({ ...noAddress });
  info = $state("");
  /** Where accessories that came back already were handed in. */
  handedIn = $state("");
}

/** What a work order is about when there is no device number: an article that the recipient has. */
export interface OrderSubject {
  readonly recipient: Recipient;
  readonly article_number: string;
  readonly article_name: string;
}

/** The form of a new work order as it was left. */
export interface OrderForm {
  readonly asked: string;
  readonly device: DeviceWithHolder | null;
  readonly subject: OrderSubject | null;
  readonly unnumbered: boolean;
  readonly follows: { readonly id: string; readonly number: string } | null;
  readonly fault: string;
  readonly type: OrderType | null;
  readonly priority: Priority | null;
  readonly place: Place | null;
  readonly need: BasicNeed | null;
  readonly team: string;
  readonly linked: string;
  readonly contact: Contact;
}

class Memory {
  private owner = "";
  private heldWho: RecipientRef | null = $state.raw(null);
  private heldCard: RecipientCard | null = $state.raw(null);
  private heldDelivery = new DeliveryDraft();
  private heldPickup = new PickupDraft();
  private heldSubject: OrderSubject | null = null;
  private heldOrder: OrderForm | null = null;
  private heldSearch = "";

  /** Another person at the same computer starts with nothing. */
  private mine(): void {
    const user = session.current?.user.id ?? "";
    if (user === this.owner) return;
    this.owner = user;
    this.heldWho = null;
    this.heldCard = null;
    this.heldDelivery = new DeliveryDraft();
    this.heldPickup = new PickupDraft();
    this.heldSubject = null;
    this.heldOrder = null;
    this.heldSearch = "";
  }

  get who(): RecipientRef | null {
    this.mine();
    return this.heldWho;
  }

  /** Looks at somebody; what was known of another one is forgotten. */
  show(who: RecipientRef): void {
    this.mine();
    this.heldCard = null;
    this.heldWho = who;
  }

  get card(): RecipientCard | null {
    this.mine();
    return this.heldCard;
  }

  set card(card: RecipientCard | null) {
    this.mine();
    this.heldCard = card;
  }

  get delivery(): DeliveryDraft {
    this.mine();
    return this.heldDelivery;
  }

  newDelivery(): DeliveryDraft {
    this.mine();
    this.heldDelivery = new DeliveryDraft();
    return this.heldDelivery;
  }

  get pickup(): PickupDraft {
    this.mine();
    return this.heldPickup;
  }

  newPickup(): PickupDraft {
    this.mine();
    this.heldPickup = new PickupDraft();
    return this.heldPickup;
  }

  /** Taken once by the form of a new work order. */
  takeSubject(): OrderSubject | null {
    this.mine();
    const subject = this.heldSubject;
    this.heldSubject = null;
    return subject;
  }

  giveSubject(subject: OrderSubject): void {
    this.mine();
    this.heldSubject = subject;
  }

  /** Taken once, when the form is opened again without another device or order in hand. */
  takeOrder(): OrderForm | null {
    this.mine();
    const form = this.heldOrder;
    this.heldOrder = null;
    return form;
  }

  keepOrder(form: OrderForm | null): void {
    this.mine();
    this.heldOrder = form;
  }

  /** What was searched for last, so that coming back finds it; never a personal number. */
  get search(): string {
    this.mine();
    return this.heldSearch;
  }

  set search(text: string) {
    this.mine();
    this.heldSearch = text;
  }
}

export const memory = new Memory();

export const refOf = (recipient: Recipient): RecipientRef => (recipient.person_id ? { person_id: recipient.person_id } : { party_number: recipient.party_number ?? "" });

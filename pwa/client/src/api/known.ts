/** The server's generated types as the screens read them. */
import type { components } from "./schema";

export type Schemas = components["schemas"];

/** Read-only all the way down: nothing changes what the server said. */
export type Read<T> = T extends readonly (infer Item)[] ? readonly Read<Item>[] : T extends object ? { readonly [K in keyof T]: Read<T[K]> } : T;

/**
 * A generated type with some fields known more exactly than the document says ("started" where it says string). A field
 * that the server does not send, or that it sends as something else, does not compile.
 */
export type Known<T, Exact extends { readonly [K in keyof Exact]: K extends keyof T ? Read<T[K]> : never }> = Read<Omit<T, keyof Exact>> & Exact;

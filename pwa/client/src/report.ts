/**
 * The public's page: the fault form (/F/...) and the report's status (/S/...). It shares looks and words' machinery with the
 * app and nothing else: no service worker is registered, no store is opened, no session is read.
 */
import { mount } from "svelte";
import "./ui/tokens.css";
import "./ui/base.css";
import "./screens/public/public.css";
import { showLanguage } from "./i18n/current.svelte";
import PublicPages from "./screens/public/PublicPages.svelte";
import { firstLanguage } from "./screens/public/form";

showLanguage(firstLanguage(location.search, navigator.languages));
const target = document.getElementById("app");
if (target) {
  target.replaceChildren();
  mount(PublicPages, { target });
}

/** A style sheet: a module that adds it to the page's, see `scripts/plugins.mjs`. */
declare module "*.css";

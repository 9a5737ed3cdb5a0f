/** A style sheet: the build puts what a bundle's files import into the bundle's own. */
declare module "*.css";

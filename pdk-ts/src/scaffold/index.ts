/** Starts new plugins from templates. */
export { LANGUAGES, TEMPLATES } from "./catalog.ts";
export type { Language, TemplateName } from "./catalog.ts";
export { createProject } from "./create-project.ts";
export type { CreatedProject, NewProject } from "./create-project.ts";
export { ProjectError } from "./project-error.ts";

/** Names of endpoints, units and resources: they are folders, and parts of the names of functions and stacks. */
export const kebabCase = /^[a-z][a-z\d]*(?:-[a-z\d]+)*$/;

/** Stacks of a stage that are no functions, and the parts of `nanos deploy`: no function can be called so. */
export const reservedNames: readonly string[] = ['api', 'database', 'platform'];

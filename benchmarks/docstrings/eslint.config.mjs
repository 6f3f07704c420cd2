import parser from "@typescript-eslint/parser";
import jsdoc from "eslint-plugin-jsdoc";
import tsdoc from "eslint-plugin-tsdoc";

const shared = {
  "jsdoc/check-alignment": "error",
  "jsdoc/check-param-names": "error",
  "jsdoc/check-tag-names": "error",
  "jsdoc/check-values": "error",
  "jsdoc/empty-tags": "error",
  "jsdoc/multiline-blocks": "error",
  "jsdoc/no-multi-asterisks": "error",
  "jsdoc/require-description": "error",
  "jsdoc/require-jsdoc": ["error", { require: { FunctionDeclaration: true, MethodDefinition: true } }],
  "jsdoc/require-param": "error",
  "jsdoc/require-param-description": "error",
  "jsdoc/require-param-name": "error",
  "jsdoc/require-returns": "error",
  "jsdoc/require-returns-check": "error",
  "jsdoc/require-returns-description": "error",
  "jsdoc/require-throws": "error",
  "jsdoc/require-yields": "error",
};

export default [
  { linterOptions: { reportUnusedDisableDirectives: "off" } },
  {
    files: ["**/jsdoc/javascript_*.js"],
    plugins: { jsdoc },
    rules: {
      ...shared,
      "jsdoc/check-types": "error",
      "jsdoc/require-param-type": "error",
      "jsdoc/require-returns-type": "error",
      "jsdoc/valid-types": "error",
    },
  },
  {
    files: ["**/tsdoc/typescript_*.ts"],
    languageOptions: { parser },
    plugins: { jsdoc, tsdoc },
    settings: { jsdoc: { mode: "typescript", tagNamePreference: { template: "typeParam" } } },
    rules: {
      ...shared,
      "jsdoc/require-param": ["error", { checkDestructured: false }],
      "jsdoc/check-param-names": ["error", { checkDestructured: false }],
      "jsdoc/check-tag-names": ["error", { definedTags: ["typeParam"] }],
      "tsdoc/syntax": "error",
    },
  },
];

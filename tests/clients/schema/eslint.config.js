// graphql-eslint's recommended rules for schemas; every exception has its reason.
import { fileURLToPath } from "node:url";
import graphql from "@graphql-eslint/eslint-plugin";

const schema = fileURLToPath(new URL("../../../schema.graphql", import.meta.url));

export default [
  {
    files: ["**/*.graphql"],
    languageOptions: { parser: graphql.parser, parserOptions: { graphQLConfig: { schema } } },
    plugins: { "@graphql-eslint": graphql },
    rules: {
      ...graphql.configs["flat/schema-recommended"].rules,
      "@graphql-eslint/require-description": [
        "error",
        { types: true, FieldDefinition: true, EnumValueDefinition: true, InputValueDefinition: true, rootField: true },
      ],
      // Types with an id implement Node. Outcomes, failures, tokens and claims are values, which cannot be fetched again.
      "@graphql-eslint/strict-id-in-types": "off",
      // "username" is the usual name.
      "@graphql-eslint/no-typename-prefix": "off",
    },
  },
];

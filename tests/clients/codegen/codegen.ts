// Types from the committed schema and the documents in src/, as graphql-codegen's client preset makes them.
import type { CodegenConfig } from "@graphql-codegen/cli";

const config: CodegenConfig = {
  emitLegacyCommonJSImports: false,
  schema: "../../../schema.graphql",
  documents: ["src/**/*.ts", "!src/gql/**"],
  generates: {
    "./src/gql/": {
      preset: "client",
      presetConfig: { fragmentMasking: false, persistedDocuments: true },
      config: { scalars: { DateTime: "string" }, useTypeImports: true, enumsAsTypes: true },
    },
  },
};

export default config;

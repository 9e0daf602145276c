package io.tracetide.processor.query.docs;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.node.ObjectNode;
import com.linecorp.armeria.common.MediaType;
import com.linecorp.armeria.server.ServerBuilder;
import io.tracetide.processor.query.http.StaticFile;
import java.util.Objects;
import java.util.function.Consumer;

/** The description of the query API: a page at {@code /docs}, and the document it is made of. */
public final class DocsRoutes implements Consumer<ServerBuilder> {
  public static final String PAGE = "/docs";
  static final String DOCUMENT = "/docs/openapi.json";

  /** Files of this server only, nothing inline, and no frames around the page. */
  private static final String CONTENT_POLICY =
      "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; base-uri 'none';"
          + " form-action 'none'; frame-ancestors 'none'";

  @Override
  public void accept(ServerBuilder server) {
    ObjectNode document = ApiDocument.read();
    serve(server, DOCUMENT, MediaType.JSON_UTF_8, document.toPrettyString().getBytes(UTF_8));
    serve(server, PAGE, MediaType.HTML_UTF_8, new ApiPage(document).html().getBytes(UTF_8));
  }

  private static void serve(ServerBuilder server, String path, MediaType type, byte[] content) {
    String tag = "W/\"" + Integer.toHexString(Objects.hash(path, new String(content, UTF_8))) + '"';
    new StaticFile(type, tag, "private, no-cache", CONTENT_POLICY).serve(server, path, content);
  }
}

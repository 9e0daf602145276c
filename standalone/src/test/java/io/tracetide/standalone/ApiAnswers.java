package io.tracetide.standalone;

import io.tracetide.processor.query.docs.ApiDocument;
import io.tracetide.schemas.ApiContract;
import java.net.http.HttpResponse;

/** Tests every answer of a processor against its OpenAPI document. */
public final class ApiAnswers {
  public static final ApiContract CONTRACT = new ApiContract(ApiDocument.read());

  private ApiAnswers() {}

  /** The answer of a processor, unless its document does not describe it. */
  public static <T> HttpResponse<T> checked(HttpResponse<T> response) {
    return CONTRACT.checked(response);
  }
}

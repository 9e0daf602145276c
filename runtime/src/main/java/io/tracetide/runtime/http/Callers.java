package io.tracetide.runtime.http;

import com.linecorp.armeria.server.ServiceRequestContext;
import io.netty.util.AttributeKey;
import io.tracetide.runtime.access.Caller;
import io.tracetide.runtime.access.Token;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The caller of the request that is being served. */
public final class Callers {
  private static final AttributeKey<Caller> CALLER = AttributeKey.valueOf(Callers.class, "CALLER");

  private static final AttributeKey<Token> CREDENTIALS =
      AttributeKey.valueOf(Callers.class, "CREDENTIALS");

  private Callers() {}

  /** {@link Caller#ANYONE} without tokens. */
  public static Caller of(ServiceRequestContext context) {
    @Nullable Caller caller = context.attr(CALLER);
    return caller == null ? Caller.ANYONE : caller;
  }

  /**
   * The token that admitted the caller, also through a session, to forward the request in the name
   * of the caller; empty without tokens.
   */
  public static Optional<Token> credentials(ServiceRequestContext context) {
    return Optional.ofNullable(context.attr(CREDENTIALS));
  }

  static void setCredentials(ServiceRequestContext context, Optional<Token> token) {
    token.ifPresent(known -> context.setAttr(CREDENTIALS, known));
  }

  static void set(ServiceRequestContext context, Caller caller) {
    context.setAttr(CALLER, caller);
  }
}

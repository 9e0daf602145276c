package io.tracetide.runtime.http;

import com.linecorp.armeria.server.ServiceRequestContext;
import io.netty.util.AttributeKey;
import io.tracetide.runtime.access.Caller;
import org.jspecify.annotations.Nullable;

/** The caller of the request that is being served. */
public final class Callers {
  private static final AttributeKey<Caller> CALLER = AttributeKey.valueOf(Callers.class, "CALLER");

  private Callers() {}

  /** {@link Caller#ANYONE} without tokens. */
  public static Caller of(ServiceRequestContext context) {
    @Nullable Caller caller = context.attr(CALLER);
    return caller == null ? Caller.ANYONE : caller;
  }

  static void set(ServiceRequestContext context, Caller caller) {
    context.setAttr(CALLER, caller);
  }
}

package io.tracetide.processor.query.peer;

import io.tracetide.processor.query.store.StoresUnavailableException;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** Owners in an application that is not built yet; until then queries hear that it is starting. */
public final class OwnersToCome implements PartitionOwners {
  private final AtomicReference<@Nullable PartitionOwners> owners = new AtomicReference<>();

  /** Asks these from now on. */
  public void become(PartitionOwners known) {
    owners.set(known);
  }

  @Override
  public Owners owners() {
    PartitionOwners known = owners.get();
    if (known == null) {
      throw new StoresUnavailableException("The processor is starting.");
    }
    return known.owners();
  }
}

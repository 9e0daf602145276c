package io.tracetide.runtime.http.tls;

import com.linecorp.armeria.common.TlsKeyPair;
import java.net.Socket;
import java.security.Principal;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedKeyManager;
import org.jspecify.annotations.Nullable;

/**
 * The key and certificate of this side of a connection, replaceable at any time: a handshake in
 * progress ends with the pair that it began with, the next one gets the new pair, and open
 * connections are not affected.
 */
final class Identity extends X509ExtendedKeyManager {

  /** A pair and its alias in handshakes. */
  private record Generation(String alias, TlsKeyPair pair) {}

  private Generation current;
  private Generation former;

  Identity(TlsKeyPair pair) {
    current = new Generation("1", pair);
    former = current;
  }

  synchronized void replace(TlsKeyPair pair) {
    former = current;
    current = new Generation(Integer.toString(Integer.parseInt(former.alias()) + 1), pair);
  }

  synchronized TlsKeyPair current() {
    return current.pair();
  }

  private synchronized @Nullable TlsKeyPair find(String alias) {
    if (alias.equals(current.alias())) {
      return current.pair();
    }
    return alias.equals(former.alias()) ? former.pair() : null;
  }

  private synchronized @Nullable String alias(@Nullable String... keyTypes) {
    String algorithm = current.pair().privateKey().getAlgorithm();
    for (String keyType : keyTypes) {
      if (algorithm.equals(keyType)) {
        return current.alias();
      }
    }
    return null;
  }

  @Override
  public @Nullable String chooseEngineServerAlias(
      String keyType, Principal @Nullable [] issuers, SSLEngine engine) {
    return alias(keyType);
  }

  @Override
  public @Nullable String chooseEngineClientAlias(
      String[] keyTypes, Principal @Nullable [] issuers, SSLEngine engine) {
    return alias(keyTypes);
  }

  @Override
  public @Nullable String chooseServerAlias(
      String keyType, Principal @Nullable [] issuers, Socket socket) {
    return alias(keyType);
  }

  @Override
  public @Nullable String chooseClientAlias(
      String[] keyTypes, Principal @Nullable [] issuers, Socket socket) {
    return alias(keyTypes);
  }

  @Override
  public X509Certificate @Nullable [] getCertificateChain(String alias) {
    TlsKeyPair pair = find(alias);
    return pair == null ? null : pair.certificateChain().toArray(new X509Certificate[0]);
  }

  @Override
  public @Nullable PrivateKey getPrivateKey(String alias) {
    TlsKeyPair pair = find(alias);
    return pair == null ? null : pair.privateKey();
  }

  @Override
  public String @Nullable [] getServerAliases(String keyType, Principal @Nullable [] issuers) {
    String alias = alias(keyType);
    return alias == null ? null : new String[] {alias};
  }

  @Override
  public String @Nullable [] getClientAliases(String keyType, Principal @Nullable [] issuers) {
    return getServerAliases(keyType, issuers);
  }
}

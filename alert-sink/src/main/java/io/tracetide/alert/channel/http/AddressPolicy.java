package io.tracetide.alert.channel.http;

import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;

/**
 * The addresses to which connections are permitted. A name is resolved once and all its addresses
 * are checked; the connection uses a checked address, so that a second look-up cannot return
 * another one.
 *
 * <p>{@link #PUBLIC_ONLY} refuses this machine, its networks, and all addresses that are not
 * unicast addresses of the Internet (RFC 6890), also when embedded in an IPv6 address (mapped,
 * compatible, 6to4, NAT64, Teredo).
 */
public enum AddressPolicy {
  PUBLIC_ONLY,
  ANY;

  /** Whether a connection to the address is permitted. */
  public boolean permits(InetAddress address) {
    return this == ANY ? !address.isMulticastAddress() : isPublic(address);
  }

  private static boolean isPublic(InetAddress address) {
    if (address.isAnyLocalAddress()
        || address.isLoopbackAddress()
        || address.isLinkLocalAddress()
        || address.isSiteLocalAddress()
        || address.isMulticastAddress()) {
      return false;
    }
    byte[] bytes = address.getAddress();
    if (address instanceof Inet4Address) {
      return isPublicV4(bytes);
    }
    return address instanceof Inet6Address && isPublicV6(bytes);
  }

  private static boolean isPublicV4(byte[] bytes) {
    int a = bytes[0] & 0xff;
    int b = bytes[1] & 0xff;
    int c = bytes[2] & 0xff;
    boolean shared = a == 100 && (b & 0xc0) == 64;
    boolean protocol = a == 192 && b == 0 && (c == 0 || c == 2);
    boolean relay = a == 192 && b == 88 && c == 99;
    boolean benchmark = a == 198 && (b & 0xfe) == 18;
    boolean documentation = (a == 198 && b == 51 && c == 100) || (a == 203 && b == 0 && c == 113);
    boolean thisNetwork = a == 0;
    boolean reserved = a >= 240;
    return !(shared || protocol || relay || benchmark || documentation || thisNetwork || reserved);
  }

  private static boolean isPublicV6(byte[] bytes) {
    boolean globalUnicast = (bytes[0] & 0xe0) == 0x20;
    boolean documentation = startsWith(bytes, 0x20, 0x01, 0x0d, 0xb8);
    boolean teredo = startsWith(bytes, 0x20, 0x01, 0x00, 0x00);
    if (startsWith(bytes, 0x20, 0x02)) { // 6to4, with the embedded IPv4 address
      return isPublic(v4(bytes, 2));
    }
    if (startsWith(bytes, 0x00, 0x64, 0xff, 0x9b, 0, 0, 0, 0, 0, 0, 0, 0)) { // NAT64
      return isPublic(v4(bytes, 12));
    }
    return globalUnicast && !documentation && !teredo;
  }

  private static boolean startsWith(byte[] bytes, int... prefix) {
    for (int i = 0; i < prefix.length; i++) {
      if ((bytes[i] & 0xff) != prefix[i]) {
        return false;
      }
    }
    return true;
  }

  private static InetAddress v4(byte[] bytes, int from) {
    try {
      return InetAddress.getByAddress(Arrays.copyOfRange(bytes, from, from + 4));
    } catch (UnknownHostException e) {
      throw new IllegalStateException("four bytes are an IPv4 address", e);
    }
  }
}

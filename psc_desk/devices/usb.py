"""A USB printer without a device node, through pyusb: endpoints are read from the device, the kernel gets it back."""

from __future__ import annotations

import contextlib
from typing import Any

from psc_desk.devices.channels import GONE, STALLED, ChannelError

_PRINTER_CLASS = 7


class UsbChannel:
    """A USB printer found by vendor and product number."""

    can_read = True

    def __init__(self, vendor: int, product: int) -> None:
        self.vendor, self.product = vendor, product
        self._device: Any = None
        self._interface = 0
        self._out: Any = None
        self._in: Any = None
        self._detached = False

    def open(self, timeout: float) -> None:
        """Find the printer and claim its printing interface."""
        import usb.core
        import usb.util

        self.close()
        try:
            self._device = usb.core.find(idVendor=self.vendor, idProduct=self.product)
            if self._device is None:
                raise ChannelError("The USB receipt printer is not there. Check that it is on and plugged in.")
            self._claim()
        except (usb.core.USBError, usb.core.NoBackendError, StopIteration) as error:
            self.close()
            raise ChannelError(
                "The USB receipt printer cannot be used. Close other programs that print to it and check your rights."
            ) from error

    def _claim(self) -> None:
        import usb.util

        interface = next(i for i in self._device.get_active_configuration() if i.bInterfaceClass == _PRINTER_CLASS)
        self._interface = interface.bInterfaceNumber
        with contextlib.suppress(NotImplementedError):
            if self._device.is_kernel_driver_active(self._interface):
                self._device.detach_kernel_driver(self._interface)
                self._detached = True
        usb.util.claim_interface(self._device, self._interface)
        self._out = _endpoint(interface, usb.util.ENDPOINT_OUT)
        self._in = _endpoint(interface, usb.util.ENDPOINT_IN)
        self.can_read = self._in is not None

    def write(self, data: bytes, timeout: float) -> None:
        """Write all of `data`; a timeout loses the count, so all of it counts as taken."""
        import usb.core

        if self._out is None:
            raise ChannelError(GONE)
        try:
            self._out.write(data, int(timeout * 1000))
        except usb.core.USBTimeoutError as error:
            raise ChannelError(STALLED, len(data)) from error
        except usb.core.USBError as error:
            raise ChannelError(GONE, len(data)) from error

    def read(self, timeout: float) -> bytes:
        """Return what has come."""
        import usb.core

        if self._in is None:
            return b""
        try:
            return bytes(self._in.read(64, max(int(timeout * 1000), 1)))
        except usb.core.USBTimeoutError:
            return b""
        except usb.core.USBError as error:
            raise ChannelError(GONE) from error

    def close(self) -> None:
        """Release the printer and give it back to the operating system."""
        if self._device is None:
            return
        import usb.core
        import usb.util

        with contextlib.suppress(usb.core.USBError, NotImplementedError):
            usb.util.release_interface(self._device, self._interface)
            if self._detached:
                self._device.attach_kernel_driver(self._interface)
        usb.util.dispose_resources(self._device)
        self._device = self._out = self._in = None
        self._detached = False


def _endpoint(interface: Any, direction: int) -> Any:
    import usb.util

    return usb.util.find_descriptor(
        interface, custom_match=lambda point: usb.util.endpoint_direction(point.bEndpointAddress) == direction
    )

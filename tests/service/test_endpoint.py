"""Where signed requests may go."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from templatesync.model.errors import UsageError
from templatesync.service.endpoint import check_endpoint, check_region, is_loopback, regional_endpoint

GOOD = {
    "https://cams.ap-southeast-1.aliyuncs.com": "https://cams.ap-southeast-1.aliyuncs.com",
    "https://cams.ap-southeast-1.aliyuncs.com/": "https://cams.ap-southeast-1.aliyuncs.com",
    "HTTPS://CAMS.Ap-Southeast-1.AliyunCS.com": "https://cams.ap-southeast-1.aliyuncs.com",
    "https://cams-vpc.eu-central-1.aliyuncs.com:443": "https://cams-vpc.eu-central-1.aliyuncs.com",
    "https://cams.eu-central-1.aliyuncs.com.": "https://cams.eu-central-1.aliyuncs.com",
    "http://127.0.0.1:8080": "http://127.0.0.1:8080",
    "http://127.1.2.3": "http://127.1.2.3",
    "http://[::1]:9/": "http://[::1]:9",
    "http://localhost:80": "http://localhost",
}

STRANGERS = [
    "https://evil.example",
    "https://aliyuncs.com.evil.example",
    "https://evilaliyuncs.com",
    "https://aliyuncs.com",
    "http://cams.ap-southeast-1.aliyuncs.com",
    "https://cams.ap-southeast-1.aliyuncs.com:8443",
    "https://127.0.0.1",
    "http://128.0.0.1",
    "http://localhost.evil.example",
    "http://0.0.0.0",
    "http://[::]",
]

NEVER = [
    "",
    "cams.ap-southeast-1.aliyuncs.com",
    "ftp://cams.ap-southeast-1.aliyuncs.com",
    "file:///etc/passwd",
    "https://",
    "https:///x",
    "https://user@cams.ap-southeast-1.aliyuncs.com",
    "https://user:pass@cams.ap-southeast-1.aliyuncs.com",
    "https://cams.aliyuncs.com@evil.example",
    "https://evil.example\\@cams.aliyuncs.com",
    "https://cams.aliyuncs.com/path",
    "https://cams.aliyuncs.com/?a=b",
    "https://cams.aliyuncs.com?",
    "https://cams.aliyuncs.com#x",
    "https://cams.aliyuncs.com/#",
    "https://cams.ali\nyuncs.com",
    "https://cams.aliyuncs.com\t",
    " https://cams.aliyuncs.com",
    "https://cäms.aliyuncs.com",
    "https://cams..aliyuncs.com",
    "https://-cams.aliyuncs.com",
    "https://cams.aliyuncs.com:99999",
    "https://cams.aliyuncs.com:x",
    "https://[::1",
    "https://%63ams.aliyuncs.com",
    f"https://{'a' * 64}.aliyuncs.com",
    f"https://{'a.' * 150}aliyuncs.com",
]


@pytest.mark.parametrize(("url", "clean"), GOOD.items())
def test_let_pass(url: str, clean: str) -> None:
    assert check_endpoint(url) == clean
    assert check_endpoint(clean) == clean


@pytest.mark.parametrize("url", STRANGERS)
def test_strangers_need_the_flag(url: str) -> None:
    with pytest.raises(UsageError, match=r"under aliyuncs.com") as caught:
        check_endpoint(url)
    assert "--insecure-endpoint" in caught.value.hint
    assert check_endpoint(url, insecure=True) == url


@pytest.mark.parametrize("url", NEVER)
@pytest.mark.parametrize("insecure", [False, True])
def test_never(url: str, insecure: bool) -> None:
    with pytest.raises(UsageError):
        check_endpoint(url, insecure)


def test_a_password_is_not_repeated() -> None:
    with pytest.raises(UsageError) as caught:
        check_endpoint("https://user:hunter22@cams.aliyuncs.com")
    assert "hunter22" not in str(caught.value)


@given(st.text(max_size=40))
def test_whatever_is_let_pass_is_ours_or_loopback(text: str) -> None:
    for url in (text, f"https://{text}", f"http://{text}", f"https://{text}.aliyuncs.com"):
        try:
            clean = check_endpoint(url)
        except UsageError:
            continue
        host = clean.partition("://")[2].partition(":")[0]
        assert (clean.startswith("https://") and host.endswith(".aliyuncs.com")) or is_loopback(host.strip("[]"))


@pytest.mark.parametrize("region", ["ap-southeast-1", "cn-hangzhou", "us-east-1", "cn-shanghai-finance-1"])
def test_regions(region: str) -> None:
    assert check_region(region) == region
    assert check_endpoint(regional_endpoint(region)) == f"https://cams.{region}.aliyuncs.com"


@pytest.mark.parametrize("region", ["", "x", "AP-southeast-1", "ap-southeast-1.evil.example/", "ap-1", "ap-x\n", "a-b"])
def test_no_regions(region: str) -> None:
    with pytest.raises(UsageError):
        regional_endpoint(region)
